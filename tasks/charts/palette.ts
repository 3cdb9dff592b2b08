/**
 * Colours that people with any colour vision tell apart (Okabe and Ito 2008), in an order in which
 * neighbours also differ in lightness, and so in grey print.
 *
 * @module
 */

/** Colours by role. */
export const palette = {
  blue: "#0072B2",
  orange: "#E69F00",
  green: "#009E73",
  vermilion: "#D55E00",
  sky: "#56B4E9",
  ink: "#1A1A1A",
  grey: "#767676",
  pale: "#D9D9D9",
  silver: "#C4C4C4",
  mist: "#EBEBEB",
} as const;

/** A colour by its role. */
export type Colour = keyof typeof palette;

/** The same roles on a dark ground. */
export const darkPalette: { readonly [colour in Colour]: string } = {
  blue: "#4DA3E8",
  orange: "#F0B83C",
  green: "#4FDDB2",
  vermilion: "#F26B38",
  sky: "#A9DCFA",
  ink: "#E8E8E8",
  grey: "#9E9E9E",
  pale: "#4A4A4A",
  silver: "#616161",
  mist: "#333333",
};

/** The colours of the series of one chart, in order. */
export const seriesColours: readonly string[] = [
  palette.blue,
  palette.orange,
  palette.green,
  palette.vermilion,
  palette.sky,
];
