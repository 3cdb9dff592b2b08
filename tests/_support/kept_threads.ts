/** Threads that serve again: starting one costs as much as reading dozens of small tables. */

/** What users of a thread do with it. */
type Handle = Pick<Worker, "onmessage" | "onerror" | "postMessage" | "terminate">;

/** While it is not disposed, threads that are ended answer what they were asked, and serve again. */
export class KeptThreads implements Disposable {
  readonly #original = globalThis.Worker;
  readonly #all: Worker[] = [];
  readonly #idle = new Map<string, Worker[]>();

  constructor() {
    const start = (script: string | URL, options?: WorkerOptions) => this.#start(script, options);
    globalThis.Worker = class {
      constructor(script: string | URL, options?: WorkerOptions) {
        return start(script, options);
      }
    } as typeof Worker;
  }

  [Symbol.dispose](): void {
    globalThis.Worker = this.#original;
    for (const worker of this.#all) worker.terminate();
  }

  /** A thread for one user, who is given one answer to each message. */
  #start(script: string | URL, options?: WorkerOptions): Handle {
    const idle = this.#idle.get(`${script}`) ?? [];
    this.#idle.set(`${script}`, idle);
    const worker = idle.pop() ?? this.#create(script, options);
    let owed = 0;
    let ended = false;
    const rest = () => {
      if (ended && owed === 0) idle.push(worker);
    };
    const handle: Handle = {
      onmessage: null,
      onerror: null,
      postMessage(message: unknown) {
        owed++;
        worker.postMessage(message);
      },
      terminate() {
        ended = true;
        rest();
      },
    };
    worker.onmessage = (event) => {
      owed--;
      if (!ended) handle.onmessage?.call(worker, event);
      rest();
    };
    worker.onerror = (event) => handle.onerror?.call(worker, event);
    return handle;
  }

  #create(script: string | URL, options?: WorkerOptions): Worker {
    const worker = new this.#original(script, options);
    this.#all.push(worker);
    return worker;
  }
}
