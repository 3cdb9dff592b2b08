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
} as const;

/** The colours of the series of one chart, in order. */
export const seriesColours: readonly string[] = [
  palette.blue,
  palette.orange,
  palette.green,
  palette.vermilion,
  palette.sky,
];
