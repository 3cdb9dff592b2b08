/**
 * What a run is called in tables.
 *
 * @module
 */
import type { TrainConfig } from "../../model/config/config.ts";
import { systemNamed } from "../../model/zoo/systems.ts";

/**
 * A system as configured: `MARN`, `MARN w/o MTL+FL`, `MARN, raw vectors`, `CAML + MTL + RAM`. A title
 * that the paper has is of the paper's system alone.
 */
export function systemTitle({ model, loss }: TrainConfig): string {
  const raw = model.name === "marn" && model.unitEmbedding === false ? [", raw vectors"] : [];
  const linear = model.ram === true && model.ramUp === "linear" ? [", linear up-sampling"] : [];
  return [titleOfBlocks({ model, loss }), ...raw, ...linear].join("");
}

function titleOfBlocks({ model, loss }: Pick<TrainConfig, "model" | "loss">): string {
  const { title } = systemNamed(model.name);
  const blocks = [
    { name: "MTL", on: "mtl" in model && model.mtl },
    { name: "RAM", on: "ram" in model && model.ram },
    { name: "FL", on: loss.name !== "bce" },
  ];
  const namesOf = (on: boolean) =>
    blocks.filter((block) => block.on === on).map(({ name }) => name);
  if (model.name === "marn") {
    const removed = namesOf(false).join("+");
    return removed === "" ? title : `${title} w/o ${removed}`;
  }
  const own = model.name === "mt-ram" ? ["MTL", "RAM"] : [];
  return [title, ...namesOf(true).filter((name) => !own.includes(name))].join(" + ");
}
