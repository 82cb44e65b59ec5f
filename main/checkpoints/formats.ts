/** Formats that checkpoints are read from. */
export const CHECKPOINT_FORMATS = [
  'safetensors',
  'safetensors-sharded',
  'pytorch-zip',
  'pytorch-sharded',
  'pytorch-legacy',
  'pytorch-tar',
  'torchscript',
  'numpy-array',
  'numpy-archive',
  'onnx',
  'keras-h5',
  'keras-v3',
  'tfjs',
] as const;

export type CheckpointFormat = (typeof CHECKPOINT_FORMATS)[number];

interface FormatFacts {
  /** What people call it. */
  readonly title: string;
  /** Completes "This is …". */
  readonly description: string;
  /** Endings of file names that promise it, lower case; the first is the usual one. */
  readonly extensions: readonly string[];
}

/** `.tar` is what PyTorch's own tutorials call training checkpoints, which are no tar archives. */
const PYTORCH_EXTENSIONS = ['.pt', '.pth', '.bin', '.ckpt', '.tar', '.pth.tar', '.pt.tar'] as const;

/** The one list of what can be read: recognising files, finding them in folders and naming them follows from it. */
export const FORMAT_FACTS: Readonly<Record<CheckpointFormat, FormatFacts>> = {
  safetensors: { title: 'safetensors', description: 'a safetensors file', extensions: ['.safetensors'] },
  'safetensors-sharded': {
    title: 'safetensors, sharded',
    description: 'an index of safetensors shards',
    extensions: ['.safetensors.index.json'],
  },
  'pytorch-zip': { title: 'PyTorch', description: 'a PyTorch file', extensions: PYTORCH_EXTENSIONS },
  'pytorch-sharded': {
    title: 'PyTorch, sharded',
    description: 'an index of PyTorch shards',
    extensions: ['.bin.index.json'],
  },
  'pytorch-legacy': {
    title: 'PyTorch before 1.6',
    description: 'a PyTorch file from before version 1.6',
    extensions: PYTORCH_EXTENSIONS,
  },
  'pytorch-tar': {
    title: 'PyTorch, tar',
    description: 'a PyTorch file in the tar form of its first versions',
    extensions: PYTORCH_EXTENSIONS,
  },
  torchscript: {
    title: 'TorchScript',
    description: 'a TorchScript archive',
    extensions: [...PYTORCH_EXTENSIONS, '.jit', '.torchscript', '.ptl'],
  },
  'numpy-array': { title: 'NumPy array', description: 'a NumPy array', extensions: ['.npy'] },
  'numpy-archive': { title: 'NumPy archive', description: 'a NumPy archive', extensions: ['.npz'] },
  onnx: { title: 'ONNX', description: 'an ONNX model', extensions: ['.onnx'] },
  'keras-h5': { title: 'Keras HDF5', description: 'a Keras HDF5 file', extensions: ['.h5', '.hdf5'] },
  'keras-v3': { title: 'Keras 3', description: 'a Keras 3 archive', extensions: ['.keras'] },
  tfjs: {
    title: 'TensorFlow.js',
    description: 'a TensorFlow.js model',
    extensions: ['model.json', 'weights_manifest.json'],
  },
};

/** Endings of checkpoints' names, longest first. */
const CHECKPOINT_EXTENSIONS: readonly string[] = [
  ...new Set(Object.values(FORMAT_FACTS).flatMap(({ extensions }) => extensions)),
].sort((a, b) => b.length - a.length);

/** The longest known ending of a file's name, lower case; undefined when it has none. */
export function checkpointExtension(path: string): string | undefined {
  const name = path.toLowerCase();
  return CHECKPOINT_EXTENSIONS.find((extension) => name.endsWith(extension));
}

/** The formats that a file's name promises; none when it promises nothing. */
export function promisedFormats(path: string): readonly CheckpointFormat[] {
  const extension = checkpointExtension(path);
  if (extension === undefined) return [];
  return CHECKPOINT_FORMATS.filter((format) => FORMAT_FACTS[format].extensions.includes(extension));
}
