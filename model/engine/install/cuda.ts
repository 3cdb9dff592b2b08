/**
 * The CUDA libraries of TensorFlow's `and-cuda` extra, unpacked beside it: its RUNPATH looks there.
 * The newest of CUDA 12 that the extra allows; without its compiler, which only XLA uses.
 *
 * @module
 */
import type { Wheel } from "./wheels.ts";

/** Wheels of the extra, 2.8 GB in all. */
export const CUDA_WHEELS: readonly Wheel[] = [
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
