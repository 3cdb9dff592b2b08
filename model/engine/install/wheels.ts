/**
 * What is installed from where: one exact wheel per engine and platform. Only the C library and its
 * headers are used, so any CPython tag serves.
 *
 * @module
 */
import { CUDA_WHEELS } from "./cuda.ts";

/** The engines that need something installed. */
export type InstalledEngine = "tensorflow" | "cuda";

/** One file of the Python package index. */
export interface Wheel {
  /** Name of the project in the index. */
  readonly project: string;
  /** Exact version. */
  readonly version: string;
  /** Exact file name. */
  readonly file: string;
  /** Size of the file. */
  readonly bytes: number;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** What an engine needs on a platform. */
export interface Artifact {
  /** The engine. */
  readonly engine: InstalledEngine;
  /** `<os>-<architecture>` as Deno names them. */
  readonly platform: string;
  /** Wheels, TensorFlow's first. */
  readonly wheels: readonly Wheel[];
  /** Names of the two shared libraries in the wheel's `tensorflow/` folder. */
  readonly libraries: readonly [string, string];
  /** Whether this project has ever run there. */
  readonly tested: boolean;
}

/** Version of TensorFlow that every platform gets. */
export const TENSORFLOW_VERSION = "2.21.0";

const ELF = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;
const MACH = ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"] as const;

const ARTIFACTS: readonly Artifact[] = [
  {
    engine: "tensorflow",
    platform: "linux-x86_64",
    wheels: [tensorflow(
      "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
      273829956,
      "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c",
    )],
    libraries: ELF,
    tested: true,
  },
  {
    engine: "tensorflow",
    platform: "linux-aarch64",
    wheels: [tensorflow(
      "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl",
      281828020,
      "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c",
    )],
    libraries: ELF,
    tested: false,
  },
  {
    engine: "tensorflow",
    platform: "darwin-aarch64",
    wheels: [tensorflow(
      "tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl",
      223405849,
      "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88",
    )],
    libraries: MACH,
    tested: false,
  },
  {
    engine: "cuda",
    platform: "linux-x86_64",
    wheels: [
      tensorflow(
        "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
        572440367,
        "9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124",
      ),
      ...CUDA_WHEELS,
    ],
    libraries: ELF,
    tested: true,
  },
];

/** The platform this process runs on, as `<os>-<architecture>`. */
export const PLATFORM: string = `${Deno.build.os}-${Deno.build.arch}`;

/** What `engine` needs on `platform`; undefined where there is no such wheel. */
export function artifactFor(
  engine: InstalledEngine,
  platform: string = PLATFORM,
): Artifact | undefined {
  return ARTIFACTS.find((it) => it.engine === engine && it.platform === platform);
}

function tensorflow(file: string, bytes: number, sha256: string): Wheel {
  const project = file.slice(0, file.indexOf("-")).replace("_", "-");
  return { project, version: TENSORFLOW_VERSION, file, bytes, sha256 };
}
