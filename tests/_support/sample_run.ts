/** What a run that was made on MIMIC-III's top 50 says of its dataset, as samples of records and reports. */
import type { RunDataset, RunRecord } from "../../model/run/record.ts";

/** A dataset that no folder holds. */
export const sampleDataset: RunDataset = {
  directory: "data/top50",
  hash: "1".repeat(64),
  labelSet: "top50",
  source: "mimic3",
  restricted: true,
  synthetic: false,
  dimensions: 100,
  sentences: true,
};

/** The engine that a report names. */
export const sampleEngine: RunRecord["engine"] = {
  name: "tensorflow",
  description: "some engine",
};
