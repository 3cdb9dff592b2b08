/** A dataset and a run that an earlier version of this program made (formats of version 1). */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { copyFolder } from "./copy_folder.ts";

const kept = fileURLToPath(new URL("../../fixtures/golden/earlier", import.meta.url));

/** A copy of them to work with; removed when disposed. */
export class Earlier implements Disposable {
  readonly directory = Deno.makeTempDirSync();
  readonly data = join(this.directory, "data");
  readonly run = join(this.directory, "run");

  constructor() {
    copyFolder(join(kept, "data"), this.data);
    copyFolder(join(kept, "run"), this.run);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.directory, { recursive: true });
  }
}
