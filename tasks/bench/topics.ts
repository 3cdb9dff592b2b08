/**
 * The topics of the benchmark.
 *
 * @module
 */
import { checkTopic } from "./check.ts";
import { inferenceTopic } from "./inference.ts";
import { linearTopic } from "./linear.ts";
import { memoryTopic } from "./memory.ts";
import { metricsTopic } from "./metrics.ts";
import { prepareTopic } from "./prepare.ts";
import type { Topic } from "./session.ts";
import { startTopic } from "./start.ts";
import { fullTopic, mixedTopic, stepTopic } from "./step.ts";
import { systemsTopic } from "./systems.ts";
import { word2vecTopic } from "./word2vec.ts";

/** All topics, in the order of measuring. */
export const topics: readonly Topic[] = [
  startTopic,
  checkTopic,
  stepTopic,
  mixedTopic,
  fullTopic,
  inferenceTopic,
  linearTopic,
  prepareTopic,
  word2vecTopic,
  metricsTopic,
  systemsTopic,
  memoryTopic,
];
