/**
 * What `export --to` takes.
 *
 * @module
 */
import { InvalidArgumentError, type Option } from "commander";
import { EXPORT_FORMATS, type ExportFormat } from "../../model/export/export_run.ts";
import { choiceOption } from "../cli/options.ts";

/** Whatever opens an export; `parquet` is of tables. */
export type ExportTarget = ExportFormat | "parquet";

/** `--to`, which must be given. It says why there is no export to TensorFlow.js. */
export function formatOption(): Option {
  const targets = [...EXPORT_FORMATS, "parquet"];
  const option = choiceOption("--to <format>", "what opens it", targets).makeOptionMandatory();
  const { parseArg: parse } = option;
  return option.argParser((text) => {
    if (text !== "tfjs") return parse!(text, undefined);
    throw new InvalidArgumentError(
      "TensorFlow.js has no GRU as PyTorch defines it, and no recurrent operator in its graphs; " +
        "--to onnx makes a folder that a browser opens.",
    );
  });
}
