/**
 * How wide text is, for layout where nothing can measure it.
 *
 * @module
 */

/** Characters by their width in Helvetica, in thousandths of the font's size; Arial has the same. */
const byWidth: { readonly [thousandths: string]: string } = {
  222: "ijl",
  278: " !,./:;I[\\]ft",
  333: "()-`r",
  500: "Jckszvxy",
  584: "+<=>~−",
  611: "FTZ",
  667: "&ABEKPSVXY",
  722: "CDHNRUw",
  778: "GOQ",
  833: "Mm",
  889: "%",
  944: "W",
  1000: "@…→",
};

const widths = new Map(
  Object.entries(byWidth).flatMap(([width, characters]) =>
    [...characters].map((character) => [character, Number(width)])
  ),
);

/** Of every other character: a digit's. */
const USUAL = 556;

/** Bold letters are so much wider. */
const BOLD = 1.06;

/** Width of a line, in the unit of the font's size. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  const thousandths = [...text].reduce((sum, letter) => sum + (widths.get(letter) ?? USUAL), 0);
  return thousandths / 1000 * fontSize * (bold ? BOLD : 1);
}
