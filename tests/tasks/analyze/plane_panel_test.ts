import assert from "node:assert/strict";
import fc from "fast-check";
import {
  circlePoints,
  frameAround,
  panelSize,
  planePosition,
  thinPlaces,
} from "../../../tasks/analyze/plane_panel.ts";

const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
const somePlaces = fc.array(fc.record({ x: coordinate, y: coordinate }), { minLength: 2 })
  .filter((places) =>
    places.some(({ x, y }) => Math.hypot(x - places[0]!.x, y - places[0]!.y) > 1)
  );

Deno.test("a frame holds all places, in a rectangle that is not too flat", () => {
  fc.assert(fc.property(somePlaces, (places) => {
    const { x, y } = frameAround(places);
    for (const place of places) {
      assert.ok(x[0] < place.x && place.x < x[1]);
      assert.ok(y[0] < place.y && place.y < y[1]);
    }
    const ratio = (x[1] - x[0]) / (y[1] - y[0]);
    assert.ok(ratio > 0.5 && ratio < 2, `${ratio}`);
  }));
});

Deno.test("a unit is as many pixels along both axes, within a pixel", () => {
  fc.assert(fc.property(somePlaces, (places) => {
    const frame = frameAround(places);
    const { width, height } = panelSize(frame, 300);
    const unit = width / (frame.x[1] - frame.x[0]);
    assert.ok(Math.abs(unit * (frame.y[1] - frame.y[0]) - height) <= 0.5);
  }));
});

Deno.test("of places in one cell the first is kept", () => {
  const frame = { x: [0, 10], y: [0, 10] } as { x: [number, number]; y: [number, number] };
  const places = [{ x: 0.1, y: 0.1 }, { x: 0.9, y: 0.9 }, { x: 1.1, y: 0.1 }];
  assert.deepEqual(thinPlaces(places, frame, 10), [places[0], places[2]]);
});

Deno.test("every place that is left out is near one that is kept", () => {
  fc.assert(fc.property(somePlaces, (places) => {
    const frame = frameAround(places);
    const kept = thinPlaces(places, frame, 20);
    const diagonal = Math.SQRT2 * (frame.x[1] - frame.x[0]) / 20;
    for (const { x, y } of places) {
      assert.ok(kept.some((one) => Math.hypot(one.x - x, one.y - y) <= diagonal));
    }
  }));
});

Deno.test("a circle's corners are all of its radius away, and it closes", () => {
  const points = circlePoints({ x: 3, y: -2 }, 0.5);
  for (const { x, y } of points) assert.ok(Math.abs(Math.hypot(x - 3, y + 2) - 0.5) < 1e-12);
  assert.ok(Math.hypot(points[0]!.x - points.at(-1)!.x, points[0]!.y - points.at(-1)!.y) < 1e-12);
});

Deno.test("an axis without a title has no labels", () => {
  const frame = { x: [0, 1], y: [0, 1] } as { x: [number, number]; y: [number, number] };
  const { x, y } = planePosition(frame, { x: "first", y: null });
  assert.deepEqual([x.axis.labels, y.axis.labels], [true, false]);
});
