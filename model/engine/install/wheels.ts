/**
 * What is installed from where: one exact wheel per engine and platform. Only the C library and its
 * headers are used, so any CPython tag serves.
 *
 * @module
 */
/** The engines that need something installed. */
export type InstalledEngine = "tensorflow" | "cuda";

/** One file of the Python package index, exactly. */
export interface Wheel {
  /** Name of the project in the index. */
  readonly project: string;
  readonly version: string;
  readonly file: string;
  readonly bytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
}

/** What an engine needs on a platform. */
export interface Artifact {
  readonly engine: InstalledEngine;
  /** `<os>-<architecture>` as Deno names them. */
  readonly platform: string;
  /** TensorFlow's first; the others are the libraries that it loads. */
  readonly wheels: readonly Wheel[];
  /** Names of the two shared libraries in the wheel's `tensorflow/` folder. */
  readonly libraries: readonly [string, string];
}

/** Version of TensorFlow that every platform gets. */
export const TENSORFLOW_VERSION = "2.21.0";

const ELF = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"] as const;
const MACH = ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"] as const;

/**
 * The CUDA libraries of TensorFlow's `and-cuda` extra, unpacked beside it: its RUNPATH looks there.
 * The newest of CUDA 12 that the extra allows; without its compiler, which only XLA uses. 2.8 GB.
 */
const CUDA_WHEELS: readonly Wheel[] = [
  nvidia(
    "cublas",
    "12.9.3.13",
    "manylinux_2_27_x86_64",
    581217458,
    "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
  ),
  nvidia(
    "cuda-cupti",
    "12.9.79",
    "manylinux_2_25_x86_64",
    10814997,
    "096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f",
  ),
  nvidia(
    "cuda-nvrtc",
    "12.9.86",
    "manylinux2010_x86_64.manylinux_2_12_x86_64",
    89568129,
    "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
  ),
  nvidia(
    "cuda-runtime",
    "12.9.79",
    "manylinux2014_x86_64.manylinux_2_17_x86_64",
    3493179,
    "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
  ),
  nvidia(
    "cudnn",
    "9.28.0.42",
    "manylinux_2_27_x86_64",
    716538495,
    "9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375",
  ),
  nvidia(
    "cufft",
    "11.4.1.4",
    "manylinux2014_x86_64.manylinux_2_17_x86_64",
    200877592,
    "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
  ),
  nvidia(
    "curand",
    "10.3.10.19",
    "manylinux_2_27_x86_64",
    68295626,
    "49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e",
  ),
  nvidia(
    "cusolver",
    "11.7.5.82",
    "manylinux_2_27_x86_64",
    338117415,
    "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
  ),
  nvidia(
    "cusparse",
    "12.5.10.65",
    "manylinux2014_x86_64.manylinux_2_17_x86_64",
    366465088,
    "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
  ),
  nvidia(
    "nccl",
    "2.32.3",
    "manylinux_2_27_x86_64",
    351526311,
    "bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c",
  ),
  nvidia(
    "nvjitlink",
    "12.9.86",
    "manylinux2010_x86_64.manylinux_2_12_x86_64",
    39748338,
    "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
  ),
];

/** This project has run on `linux-x86_64` alone. */
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

function nvidia(
  library: string,
  version: string,
  platform: string,
  bytes: number,
  sha256: string,
): Wheel {
  const project = `nvidia-${library}-cu12`;
  const file = `${project.replaceAll("-", "_")}-${version}-py3-none-${platform}.whl`;
  return { project, version, file, bytes, sha256 };
}
