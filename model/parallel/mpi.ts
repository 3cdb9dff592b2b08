/**
 * {@linkcode Communicator} over MPI, by way of `native/mpi.c`.
 *
 * @module
 */
import { firstLine, ResourceError } from "../../pipeline/errors.ts";
import type { Communicator, Exchange } from "./communicator.ts";

const SYMBOLS = {
  marn_mpi_start: { parameters: ["buffer"], result: "i32" },
  marn_mpi_version: { parameters: ["buffer", "i32"], result: "void" },
  marn_mpi_sum: { parameters: ["buffer", "i64"], result: "i32" },
  marn_mpi_gather: { parameters: ["buffer", "buffer", "i64"], result: "i32" },
  marn_mpi_broadcast: { parameters: ["buffer", "i64"], result: "i32" },
  marn_mpi_wait: { parameters: ["i32"], result: "void" },
  wait_aside: { name: "marn_mpi_wait", parameters: ["i32"], result: "void", nonblocking: true },
  marn_mpi_abort: { parameters: ["i32"], result: "void" },
  marn_mpi_finish: { parameters: [], result: "void" },
} as const;

type Symbols = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** The environment variable that names the compiled `native/mpi.c`. */
export const MPI_VARIABLE = "MARN_MPI";

const VERSION_BYTES = 256;

/**
 * Joins the ranks that `mpirun` or `srun` started this process among. A process that neither started
 * is the only rank.
 *
 * @param library the compiled `native/mpi.c`.
 * @throws {ResourceError} where the library does not load or MPI does not start.
 */
export function joinMpi(library: string): Communicator {
  const { symbols } = open(library);
  const ranks = start(symbols);
  const begun = createExchanges(symbols);
  return {
    ...ranks,
    description: describe(symbols),
    sum(values) {
      keepInPlace(values);
      const slot = symbols.marn_mpi_sum(values, BigInt(values.length));
      return begun(slot, undefined, [values]);
    },
    gather(own) {
      keepInPlace(own);
      const { length } = own;
      const all = new Uint8Array(new ArrayBuffer(ranks.size * length));
      const parts = Array.from(
        { length: ranks.size },
        (_, rank) => all.subarray(rank * length, (rank + 1) * length),
      );
      return begun(symbols.marn_mpi_gather(own, all, BigInt(length)), parts, [own, all]);
    },
    broadcast(bytes) {
      keepInPlace(bytes);
      const slot = symbols.marn_mpi_broadcast(bytes, BigInt(bytes.length));
      return begun(slot, undefined, [bytes]);
    },
    abort: (exitCode) => symbols.marn_mpi_abort(exitCode),
    finish: () => symbols.marn_mpi_finish(),
  };
}

/** Starts MPI; says where among its processes this one stands. */
function start(
  symbols: Symbols,
): Pick<Communicator, "rank" | "size" | "localRank" | "localSize"> {
  const facts = new Int32Array(4);
  const error = symbols.marn_mpi_start(facts);
  if (error !== 0) {
    throw new ResourceError(
      `starting MPI: error ${error}; expected an MPI that serves threads in turn ` +
        "(MPI_THREAD_SERIALIZED); use Open MPI 3 or later",
    );
  }
  const [rank, size, localRank, localSize] = facts as unknown as [number, number, number, number];
  return { rank, size, localRank, localSize };
}

/** Which MPI it is, in its own words: name and version. */
function describe(symbols: Symbols): string {
  const version = new Uint8Array(VERSION_BYTES);
  symbols.marn_mpi_version(version, VERSION_BYTES);
  return new TextDecoder().decode(version).split(/[,\0\n]/)[0]!;
}

/** Makes exchanges of what MPI has begun, by its slot; their buffers stay until it is done with them. */
function createExchanges(symbols: Symbols) {
  const held = new Set<readonly ArrayBufferView[]>();
  return <T>(slot: number, value: T, buffers: readonly ArrayBufferView[]): Exchange<T> => {
    if (slot < 0) throw new Error("exchanging between ranks: too much at once");
    held.add(buffers);
    const finish = () => {
      held.delete(buffers);
      return value;
    };
    return {
      done: () => symbols.wait_aside(slot).then(finish),
      wait() {
        symbols.marn_mpi_wait(slot);
        return finish();
      },
    };
  };
}

/** V8 moves small arrays about, until somebody has asked for their buffer. */
function keepInPlace({ buffer }: ArrayBufferView): ArrayBufferLike {
  return buffer;
}

function open(library: string): Deno.DynamicLibrary<typeof SYMBOLS> {
  try {
    return Deno.dlopen(library, SYMBOLS);
  } catch (error) {
    throw new ResourceError(
      `loading MPI from ${library}: ${firstLine(error)}; ` +
        "expected the MPI that it was compiled with",
    );
  }
}
