/** A family of the zoo and its size: plain data, kept in projects and recipe files, from which the ONNX graph is built again. */
export type ArchitectureSpec =
  | {
      readonly family: 'mlp';
      /** Flattened input size. */
      readonly inputShape: readonly number[];
      readonly hidden: readonly number[];
      readonly classes: number;
    }
  | {
      readonly family: 'cnn';
      /** [channels, height, width] */
      readonly inputShape: readonly number[];
      /** Output channels of each conv-bn-relu-maxpool block. */
      readonly channels: readonly number[];
      /** Width of the hidden fully connected layer; 0 for none. */
      readonly hidden: number;
      readonly classes: number;
    }
  | {
      readonly family: 'resnet';
      readonly depth: 18 | 34 | 50 | 101 | 152;
      readonly inputShape: readonly number[];
      readonly classes: number;
    };

/** How a parameter is initialised, as PyTorch's modules do by default. */
export type Initialization =
  | { readonly kind: 'kaiming-uniform'; readonly fanIn: number }
  | { readonly kind: 'uniform'; readonly bound: number }
  | { readonly kind: 'kaiming-normal'; readonly fanOut: number }
  | { readonly kind: 'constant'; readonly value: number };

export interface ParameterSpec {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'F32' | 'I64';
  /** False for buffers: BatchNorm's running statistics and counters. */
  readonly trainable: boolean;
  /** False when the graph has no use for it (`num_batches_tracked`): it is in checkpoints but not among the initializers. */
  readonly inGraph: boolean;
  readonly initialization: Initialization;
}

/** An architecture ready for use: the graph, and what its checkpoints hold, in the order in which PyTorch would list it. */
export interface Architecture {
  readonly spec: ArchitectureSpec;
  /** `cnn-16-32-fc64`, `resnet50`, … */
  readonly name: string;
  /** Serialized ONNX ModelProto (opset 17) without weights: input `input` [batch, …inputShape], output `logits` [batch, classes]. */
  readonly graph: Uint8Array;
  /** SHA-256 of `graph`, lower-case hex. */
  readonly graphHash: string;
  readonly parameters: readonly ParameterSpec[];
}
