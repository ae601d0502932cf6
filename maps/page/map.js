"use strict";

/* Numbers whose stops lie close together are moved aside, each joined to its stop by a line. */
const STEP_PX = 29;
const MAX_RING = 8;

function freePlace(at, taken) {
  const isFree = (x, y) => taken.every((other) => Math.hypot(other.x - x, other.y - y) >= STEP_PX);
  if (isFree(at.x, at.y)) return { x: at.x, y: at.y };
  for (let ring = 1; ring <= MAX_RING; ring += 1) {
    const places = 8 * ring;
    for (let place = 0; place < places; place += 1) {
      const angle = (2 * Math.PI * place) / places - Math.PI / 2;
      const x = at.x + STEP_PX * ring * Math.cos(angle);
      const y = at.y + STEP_PX * ring * Math.sin(angle);
      if (isFree(x, y)) return { x, y };
    }
  }
  return { x: at.x, y: at.y };
}

function markersOf(city, kind) {
  const found = [];
  city.eachLayer((layer) => {
    if (layer instanceof L.Marker && layer.getElement().classList.contains(kind)) found.push(layer);
  });
  return found;
}

function spreadNumbers(city, leaders) {
  leaders.clearLayers();
  const pointOf = (marker) => city.latLngToLayerPoint(marker.getLatLng());
  const taken = markersOf(city, "depot").map(pointOf);
  for (const marker of markersOf(city, "stop")) {
    const at = pointOf(marker);
    const place = freePlace(at, taken);
    taken.push(place);
    const number = marker.getElement().querySelector(".number");
    number.style.setProperty("--x", `${place.x - at.x}px`);
    number.style.setProperty("--y", `${place.y - at.y}px`);
    if (place.x === at.x && place.y === at.y) continue;
    const look = { color: number.dataset.line, fillColor: number.dataset.line, pane: "leaders", interactive: false };
    const numberAt = city.layerPointToLatLng(L.point(place.x, place.y));
    leaders.addLayer(L.polyline([marker.getLatLng(), numberAt], { ...look, weight: 2 }));
    leaders.addLayer(L.circleMarker(marker.getLatLng(), { ...look, color: "#1c2126", weight: 1.5, radius: 4, fillOpacity: 1 }));
  }
}

/* Showing a layer adds its markers one by one; numbers are placed once, when the browser draws next. */
function keepNumbersApart(city) {
  city.createPane("leaders").style.zIndex = 590;
  const leaders = L.layerGroup().addTo(city);
  let waiting = false;
  const place = () => {
    waiting = false;
    spreadNumbers(city, leaders);
  };
  const soon = () => {
    if (!waiting) requestAnimationFrame(place);
    waiting = true;
  };
  city.on("zoomend", soon);
  city.on("layeradd layerremove", (event) => {
    if (event.layer instanceof L.Marker) soon();
  });
  place();
  return place;
}

/* What is on the screen goes on one sheet: the map takes the size of the paper before the page is laid out for it. */
function fitPaper(city, placeNumbers) {
  let onScreen = null;
  const resize = (onPaper) => {
    document.body.classList.toggle("on-paper", onPaper);
    city.invalidateSize({ animate: false });
  };
  addEventListener("beforeprint", () => {
    const shown = city.getBounds();
    onScreen = { centre: city.getCenter(), zoom: city.getZoom() };
    resize(true);
    city.fitBounds(shown, { animate: false });
    placeNumbers();
  });
  addEventListener("afterprint", () => {
    resize(false);
    if (onScreen) city.setView(onScreen.centre, onScreen.zoom, { animate: false });
  });
}

function nameControl(city, selector, words) {
  const control = city.getContainer().querySelector(selector);
  if (!control) return;
  control.title = words;
  control.setAttribute("aria-label", words);
}

function finishMap(city, words) {
  L.control.scale({ imperial: false }).addTo(city);
  nameControl(city, ".leaflet-control-zoom-in", words.zoom_in);
  nameControl(city, ".leaflet-control-zoom-out", words.zoom_out);
  nameControl(city, ".leaflet-control-layers-list", words.routes);
  city.on("popupopen", () => nameControl(city, ".leaflet-popup-close-button", words.close));
  city.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Escape") city.closePopup();
  });
  fitPaper(city, keepNumbersApart(city));
}
