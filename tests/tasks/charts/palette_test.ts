import assert from "node:assert/strict";
import { darkPalette, palette, seriesColours } from "../../../tasks/charts/palette.ts";

type Rgb = readonly number[];

/** Linear light of `#RRGGBB`, each from 0 to 1. */
function linear(colour: string): Rgb {
  return [1, 3, 5].map((at) => {
    const value = parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
}

/** What people see who lack one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1). */
const visions: { readonly [name: string]: readonly Rgb[] } = {
  "three kinds of cones": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Lightness and the two opponent colours of OKLab. */
function oklab([r, g, b]: Rgb): number[] {
  const [l, m, s] = [
    0.4122214708 * r! + 0.5363325363 * g! + 0.0514459929 * b!,
    0.2119034982 * r! + 0.6806995451 * g! + 0.1073969566 * b!,
    0.0883024619 * r! + 0.2817188376 * g! + 0.6299787005 * b!,
  ].map((cone) => Math.cbrt(Math.max(cone, 0)));
  return [
    0.2104542553 * l! + 0.793617785 * m! - 0.0040720468 * s!,
    1.9779984951 * l! - 2.428592205 * m! + 0.4505937099 * s!,
    0.0259040371 * l! + 0.7827717662 * m! - 0.8086757660 * s!,
  ];
}

/** How different two colours look to a vision, in OKLab; 0.02 can just be told apart. */
function difference(a: string, b: string, vision: readonly Rgb[]): number {
  const seen = [a, b].map((colour) => {
    const light = linear(colour);
    return oklab(vision.map((row) => row.reduce((sum, part, at) => sum + part * light[at]!, 0)));
  });
  return Math.hypot(...seen[0]!.map((value, at) => value - seen[1]![at]!));
}

const grounds = { light: palette, dark: darkPalette };
const views = Object.entries(grounds).flatMap(([ground, colours]) =>
  Object.entries(visions).map(([name, vision]) => [ground, colours, name, vision] as const)
);

for (const [ground, colours, name, vision] of views) {
  Deno.test(`colours of one chart are told apart on a ${ground} ground with ${name}`, () => {
    const { blue, orange, green, vermilion, sky, pale, silver } = colours;
    const charts = [
      [blue, orange, green, vermilion],
      [blue, orange, green], // curves
      [pale, sky, blue, orange], // blocks
      [vermilion, sky], // codes and categories
      [silver, blue, vermilion], // regions
    ];
    for (const colours of charts) {
      colours.forEach((colour, at) => {
        for (const other of colours.slice(at + 1)) {
          const found = difference(colour, other, vision);
          assert.ok(found > 0.08, `${colour} and ${other}: ${found}`);
        }
      });
    }
  });
}

Deno.test("series take the colours that are told apart, in that order", () => {
  const { blue, orange, green, vermilion, sky } = palette;
  assert.deepEqual(seriesColours, [blue, orange, green, vermilion, sky]);
});
