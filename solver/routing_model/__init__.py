"""OR-Tools RoutingModel as an engine: it orders the visits, the exact schedule and the checker decide.

RoutingModel cannot state every rule of `solver.problem.Problem`. A *relaxed* form may let a plan through that
the exact schedule rejects (then `solver.repair` mends it); a *stricter* form may miss a plan. Nothing is
dropped silently:

====================  ===========================================================================  =================
rule                  form in the model                                                            compared with it
====================  ===========================================================================  =================
visit windows         bounds of the time at the visit                                              exact
boarding times        part of the vehicle class's transit matrix                                   exact
time of day           one matrix, the slowest period of every pair; idling counts from there too   stricter, relaxed
ride limit            linear constraint ``drop - pick <= max_ride + boarding``                     exact
idle aboard           bound of the slack; after a drop only while somebody stays aboard            exact
shift, duration       bounds of the times at both ends, bound of the span                          exact
breaks                fixed-duration intervals that may interrupt a drive                          exact
nobody aboard breaks  follows from *idle aboard* when the break is longer than that limit          relaxed otherwise
seats, one layout     one dimension per kind                                                       exact
seats, alternatives   the largest of each kind, and one weighted sum per pair of kinds             relaxed
compatible, locked    allowed vehicles                                                             exact
prefix                fixed successors                                                             exact
exclusive             the drop follows the pick-up at once, in an empty vehicle                    exact
linked requests       linear constraint on both times, only while the outbound is served           exact
options               one disjunction over all pick-ups that meet a demand                         exact
mandatory             no disjunction if the start plan serves it, else a dominating penalty        exact
optional              disjunction; serving one more outweighs any distance                         exact
====================  ===========================================================================  =================

Costs: driving, vehicles, penalties, working time, lateness and moves to another vehicle are stated; excess
ride, re-timing and unevenness are not, so a plan is judged by them only when it is handed over.

Layers: ``search`` > ``model`` > ``times``, ``seats``, ``penalties``.
"""

from solver.routing_model.model import Routes
from solver.routing_model.search import improve

__all__ = ["Routes", "improve"]
