"""Django's entry point; ``linli`` on the path is the same."""

from config.command import main

if __name__ == "__main__":
    main()
