"""Who reacts to what. Read this one page to see every reaction in the house."""

from collections.abc import Mapping

from linli.basics import Event
from linli.cases import events as cases
from linli.cases.reactions import (
    close_awards,
    cover_work,
    forget_reporters,
    tell_booked,
    tell_offices,
    tell_residents,
    tell_withdrawn,
)
from linli.gate import events as gate
from linli.gate.reactions import ask_newcomers, count_visits, tell_escalated
from linli.journal.actions import Reaction
from linli.notices.reactions import forget_asked, tell_asker, tell_renewed
from linli.parties import events as parties
from linli.parties.reactions import forget_holder
from linli.people import events as people
from linli.people.reactions import follow_places
from linli.places import events as places
from linli.visits import events as visits
from linli.visits.reactions import close_questions, forget_visited

REACTIONS: Mapping[type[Event], tuple[Reaction, ...]] = {
    places.PlaceMoved: (follow_places,),
    places.PlacesMerged: (follow_places,),
    cases.CaseAnswered: (tell_residents,),
    cases.PapersAsked: (tell_residents,),
    cases.PapersBrought: (tell_residents,),
    cases.CasePaused: (tell_residents,),
    cases.CaseResumed: (tell_residents,),
    cases.DeadlineExtended: (tell_residents,),
    cases.CasesMerged: (tell_residents,),
    cases.CaseReopened: (tell_residents,),
    cases.DoneForReporter: (tell_withdrawn,),
    cases.BookingMade: (tell_booked,),
    cases.StepHandedOver: (tell_offices,),
    cases.PartyInvited: (tell_offices,),
    cases.StepReturned: (tell_offices,),
    cases.ReturnRuled: (tell_offices,),
    cases.CaseSupervised: (tell_offices,),
    cases.ClockTurned: (tell_offices,),
    parties.CoverMoved: (cover_work,),
    parties.PasswordRenewed: (tell_renewed,),
    parties.ResidentReadmitted: (tell_renewed,),
    people.FactChanged: (close_questions,),
    people.FactsConfirmed: (close_questions,),
    people.PersonRegistered: (ask_newcomers,),
    people.PersonMoved: (ask_newcomers,),
    people.PeopleLoaded: (ask_newcomers,),
    people.CommunityFollowed: (ask_newcomers,),
    people.PersonEnded: (close_awards, ask_newcomers),
    people.PersonErased: (forget_reporters, forget_visited, forget_asked, forget_holder),
    people.RightAsked: (tell_asker,),
    people.RightDecided: (tell_asker,),
    visits.VisitRecorded: (count_visits,),
    visits.QuestionsAnswered: (count_visits,),
    gate.RequestEscalated: (tell_escalated,),
}
