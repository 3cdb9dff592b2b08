/** Processes of tests: what they print, and those that they have started. */

/** Gathers what a stream brings, and waits for what it is to bring. */
export class Heard {
  text = "";
  readonly #reader: ReadableStreamDefaultReader<string>;

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Settles when `what` was said; rejects where the stream ends without it. */
  async until(what: string): Promise<void> {
    while (!this.text.includes(what)) {
      const { done, value } = await this.#reader.read();
      if (done) throw new Error(`it ended without saying "${what}": ${this.text}`);
      this.text += value;
    }
  }

  /** All that was said until the stream ended. */
  async end(): Promise<string> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) return this.text;
      this.text += value;
    }
  }
}

/** Whether `program` with `args` ends well. */
export async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  try {
    const command = new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" });
    return (await command.output()).success;
  } catch {
    return false;
  }
}
