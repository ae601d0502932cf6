"""Studies: the past, or what the past may become, replayed through the same offer and planning code as the desk's.

``city`` copies what a study needs of a service, ``replay`` runs one day of requests, ``fleet`` sweeps fleet sizes,
``fleet_report`` writes the figures as CSV and PNG.
"""
