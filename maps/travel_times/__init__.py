"""Sources of travel times behind one protocol (`protocol.TravelTimes`).

``great_circle`` needs nothing; ``osm`` reads a road extract in process; ``osrm`` asks a router over HTTP.
``fallback`` and ``cached`` wrap any of them; ``lookup`` reads a table by time of day.
"""
