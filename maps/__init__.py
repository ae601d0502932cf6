"""Geography: points and distances, travel times, places by name, and maps. Imports nothing else of ours."""
