/**
 * What every layer must hold of padding, each registered as a test on every engine present: it changes
 * nothing, and stays zero.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type Tensor, tf } from "../../model/engine/tf.ts";
import type { Positions } from "../../model/layers/positions.ts";
import { type CreateLayer, testLayer } from "./layer_properties.ts";
import { assertClose, batchOf, disposeBatch, gradientsOf, noise } from "./layers.ts";

/** A document's values and gradient are the same alone and in a wider batch; padding is zero. */
export function ignoresPadding(name: string, inputs: number, create: CreateLayer): void {
  const lengths = [6, 2, 1];
  const width = 9;

  testLayer(
    `${name}: a document has the same values alone and in a wider batch`,
    create,
    lengths,
    ({ layer, batch }) => {
      const x = noise([3, width, inputs], 1, batch.mask);
      const y = layer(x, batch);
      eachAlone(lengths, (document, alone) => {
        const own = layer(rowsOf(x, document, alone.width), alone);
        assertClose(rowsOf(y, document, own.shape[1]!), own, 1e-6, `document ${document}`);
      });
    },
    width,
  );

  testLayer(
    `${name}: a document has the same gradient alone and in a wider batch`,
    create,
    lengths,
    ({ layer, weights, batch }) => {
      const x = noise([3, width, inputs], 1, batch.mask);
      const dy = noise(layer(x, batch).shape, 2); // not zero on padding
      const { dx } = gradientsOf((x) => layer(x, batch), x, dy, weights);
      eachAlone(lengths, (document, alone) => {
        const own = rowsOf(x, document, alone.width);
        const outputs = layer(own, alone).shape[1]!;
        const gradient = gradientsOf(
          (x) => layer(x, alone),
          own,
          rowsOf(dy, document, outputs),
          weights,
        );
        assertClose(rowsOf(dx, document, alone.width), gradient.dx, 1e-5, `document ${document}`);
      });
    },
    width,
  );
}

/** Values are zero where no document reaches. */
export function keepsPaddingZero(name: string, inputs: number, create: CreateLayer): void {
  testLayer(`${name}: padding stays zero`, create, [6, 2, 1], ({ layer, batch }) => {
    const y = layer(noise([3, 9, inputs], 1, batch.mask), batch);
    const padding = tf.mul(y, tf.expandDims(tf.sub(1, batch.mask), 2));
    assert.equal(tf.max(tf.abs(padding)).dataSync()[0], 0);
  }, 9);
}

function eachAlone(
  lengths: readonly number[],
  visit: (document: number, alone: Positions) => void,
): void {
  lengths.forEach((length, document) => {
    const alone = batchOf([length]);
    visit(document, alone);
    disposeBatch(alone);
  });
}

/** The first rows of one document, [1, count, C]. */
function rowsOf(x: Tensor, document: number, count: number): Tensor {
  return tf.slice(x, [document, 0, 0], [1, count, -1]);
}
