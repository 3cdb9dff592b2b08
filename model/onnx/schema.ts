/**
 * What of the ONNX format this program writes, as protobuf messages: names and field numbers are those
 * of `onnx.proto`, IR version 8.
 *
 * @module
 */
import protobuf from "protobufjs";

/** Version of the format, and of the operators that are used. */
export const IR_VERSION = 8;
/** Version of the default operator set. */
export const OPSET = 17;

/** Element types, by ONNX's numbers. */
export const ELEMENT_TYPES = { float: 1, int32: 6, int64: 7 } as const;

/** An element type of a tensor. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** Kinds of attributes, by ONNX's numbers. */
export const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

const { root } = protobuf.parse(`
  syntax = "proto3";
  message OperatorSetId { string domain = 1; int64 version = 2; }
  message Entry { string key = 1; string value = 2; }
  message Dimension { int64 dim_value = 1; string dim_param = 2; }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Tensor {
    repeated int64 dims = 1;
    int32 data_type = 2;
    string name = 8;
    bytes raw_data = 9;
  }
  message Attribute {
    string name = 1;
    float f = 2;
    int64 i = 3;
    bytes s = 4;
    repeated int64 ints = 8;
    int32 type = 20;
  }
  message Node {
    repeated string input = 1;
    repeated string output = 2;
    string name = 3;
    string op_type = 4;
    repeated Attribute attribute = 5;
  }
  message Graph {
    repeated Node node = 1;
    string name = 2;
    repeated Tensor initializer = 5;
    repeated ValueInfo input = 11;
    repeated ValueInfo output = 12;
  }
  message Model {
    int64 ir_version = 1;
    string producer_name = 2;
    Graph graph = 7;
    repeated OperatorSetId opset_import = 8;
    repeated Entry metadata_props = 14;
  }
`);

/** The bytes of a `ModelProto`, given as an object with the fields' names in camel case. */
export function encodeModel(model: object): Uint8Array {
  const type = root.lookupType("Model");
  const message = type.create(model);
  return type.encode(message).finish();
}
