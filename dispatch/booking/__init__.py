"""From a call to a promise.

========================  =====================================================================
``intake``                a form becomes a ``Wish``, or an error names what is wrong with it
``intake_file``           a file of requests is taken like calls; ``file_faults`` judges it as a whole before
``objections``            what the service's own rules say against a wish, before any vehicle
``links``                 a return and its outbound stay together
``windows``               the promises that could be made around a wish, the best first
``propose``               offers, or a refusal; also for changing a reservation
``pair_search``           ways out with the ways back that go with them, both in one plan
``pairs``                 outbound and return asked for together
``pair_legs``             both offers of a pair with their requests, beside the day
``hold_pair``             a pair is kept for the caller for a few minutes, both legs or none
``accept_pair``           a pair of offers becomes two linked reservations, both or neither
``will_call``             trips without a time: booked as waiting, called when the rider is ready
``series``                recurring trips: the template kept, each date booked when the horizon reaches it
``again``                 fresh offers for a request whose offer is gone
``record``                what is stored of a call with its answer
``explain``               why each vehicle said no, and what would help
``hold``                  an offer is kept for the caller for a few minutes
``terms``                 whether an offer may still be taken, and the reservation it becomes
``accept``                an offer becomes a reservation, in one transaction
``recall``                what an earlier attempt of a repeated call has done already
``release``               a reservation is cancelled
``closing``               requests of which nothing came
========================  =====================================================================
"""
