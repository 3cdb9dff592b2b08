/**
 * Opens the input and checks its codes against those that were asked for.
 *
 * @module
 */
import type { Progress } from "../progress.ts";
import type { SourceLimits } from "../source/source.ts";
import { type Input, openInput } from "./input.ts";
import type { Settings } from "./options.ts";
import { checkListed } from "./plan.ts";
import type { Rules } from "./rules.ts";

/**
 * Opens the input, whose codes are read thereby.
 *
 * @throws {ReportedError} as the source does.
 * @throws {DataError} where codes of a user's own list are in no document.
 */
export async function openCodes(
  settings: Settings,
  { listed }: Rules,
  limits: Pick<SourceLimits, "temporary" | "part">,
  progress: Progress,
): Promise<Input> {
  const meter = progress.stage("codes");
  const input = await openInput(settings, limits);
  try {
    const { codes, assignments, remarks, warnings } = input.source;
    meter.end([`${codes.length} codes of ${assignments.size} documents`, ...remarks].join("; "));
    for (const warning of warnings) progress.warn(warning);
    if (listed) checkListed(listed, new Set(codes.map(({ code }) => code)));
    return input;
  } catch (error) {
    input[Symbol.dispose]();
    throw error;
  }
}
