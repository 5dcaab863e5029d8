"""Masks: what stands on lists in place of a value. They keep enough to tell two apart."""


def mask_name(name: str) -> str:
    """Return the first character of every word, the rest starred: 张*, 欧***, J*** S****."""
    return " ".join(word[0] + "*" * max(1, len(word) - 1) for word in name.split())


def mask_phone(phone: str) -> str:
    """Return the first three and the last four of a mobile number; less of a shorter one."""
    if len(phone) >= 11:
        return phone[:3] + "*" * (len(phone) - 7) + phone[-4:]
    return "*" * max(4, len(phone) - 2) + phone[-2:] if len(phone) > 4 else "****"


def mask_id_number(number: str) -> str:
    """Return the last four characters: the birth date and the region stay hidden."""
    return "*" * (len(number) - 4) + number[-4:] if len(number) > 8 else "****"
