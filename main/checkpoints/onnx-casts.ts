import { type ByteField, bytesField, fieldsOf, varintField } from './protobuf-bytes.ts';

/** Numbers of fields (onnx.proto). */
const GRAPH = { node: 1, input: 11, valueInfo: 13 } as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, integer: 3, graph: 6, graphs: 11, type: 20 } as const;
const VALUE = { name: 1, type: 2 } as const;
const TENSOR_TYPE = 1;
const ELEMENT_TYPE = 1;

const FLOAT = 1;
/** AttributeProto.AttributeType. */
const INTEGER_ATTRIBUTE = 2;

/**
 * A graph that takes some of its initializers in a narrower type: each is cast to float32 before anything uses it, so that whatever
 * executes the model computes as it would with these numbers in float32. The initializers keep their names.
 * @param graph the fields of a GraphProto
 * @param types ONNX's numbers of the types that initializers get, by name
 * @throws RangeError when the bytes are no graph
 */
export function withCasts(graph: readonly Uint8Array[], types: ReadonlyMap<string, number>): readonly Uint8Array[] {
  if (types.size === 0) return graph;
  const taken = new Set([...types.keys(), ...namesIn(graph)]);
  const widened = new Map([...types.keys()].map((name) => [name, freeName(`${name}_float32`, taken)]));
  const casts = [...widened].map(([name, output]) => bytesField(GRAPH.node, castNode(name, output)));
  const rest = graph.flatMap((field) => [...fieldsOf(field)]).map((field) => retyped(field, types));
  return [...casts, ...rest.map((field) => rewired(field, widened))];
}

function castNode(input: string, output: string): Uint8Array {
  const to = [bytesField(ATTRIBUTE.name, 'to'), varintField(ATTRIBUTE.integer, FLOAT)];
  return Buffer.concat([
    bytesField(NODE.input, input),
    bytesField(NODE.output, output),
    bytesField(NODE.operator, 'Cast'),
    bytesField(NODE.attribute, Buffer.concat([...to, varintField(ATTRIBUTE.type, INTEGER_ATTRIBUTE)])),
  ]);
}

function textOf({ payload }: ByteField): string {
  return Buffer.from(payload).toString('utf8');
}

/** What nodes give out, and what the graph takes in. */
function namesIn(graph: readonly Uint8Array[]): readonly string[] {
  return graph
    .flatMap((field) => [...fieldsOf(field)])
    .flatMap(({ number, payload }) => {
      if (number === GRAPH.node)
        return [...fieldsOf(payload)].filter((part) => part.number === NODE.output).map(textOf);
      if (number !== GRAPH.input) return [];
      return [...fieldsOf(payload)].filter((part) => part.number === VALUE.name).map(textOf);
    });
}

function freeName(wanted: string, taken: Set<string>): string {
  let name = wanted;
  while (taken.has(name)) name = `${name}_`;
  taken.add(name);
  return name;
}

/** Models of old list their initializers among the inputs, with types. */
function retyped(field: ByteField, types: ReadonlyMap<string, number>): ByteField {
  if (field.number !== GRAPH.input && field.number !== GRAPH.valueInfo) return field;
  const parts = [...fieldsOf(field.payload)];
  const name = parts.find(({ number }) => number === VALUE.name);
  const type = name === undefined ? undefined : types.get(textOf(name));
  if (type === undefined) return field;
  const typed = replaceIn(parts, VALUE.type, (valueType) =>
    replaceIn([...fieldsOf(valueType.payload)], TENSOR_TYPE, (tensorType) =>
      Buffer.concat(
        [...fieldsOf(tensorType.payload)].map((part) =>
          part.number === ELEMENT_TYPE ? varintField(ELEMENT_TYPE, type) : part.whole,
        ),
      ),
    ),
  );
  return { ...field, payload: typed, whole: bytesField(field.number, typed) };
}

function replaceIn(parts: readonly ByteField[], number: number, change: (part: ByteField) => Uint8Array): Uint8Array {
  return Buffer.concat(parts.map((part) => (part.number === number ? bytesField(number, change(part)) : part.whole)));
}

/** A node's inputs by their new names, also in the graphs within it (branches and loops see what is around them). */
function rewired(field: ByteField, renamed: ReadonlyMap<string, string>): Uint8Array {
  if (field.number !== GRAPH.node) return field.whole;
  const parts = [...fieldsOf(field.payload)].map((part) => {
    if (part.number === NODE.input) return bytesField(NODE.input, renamed.get(textOf(part)) ?? part.payload);
    return part.number === NODE.attribute ? rewiredAttribute(part, renamed) : part.whole;
  });
  return bytesField(GRAPH.node, Buffer.concat(parts));
}

function rewiredAttribute({ payload }: ByteField, renamed: ReadonlyMap<string, string>): Uint8Array {
  const parts = [...fieldsOf(payload)].map((part) => {
    if (part.number !== ATTRIBUTE.graph && part.number !== ATTRIBUTE.graphs) return part.whole;
    const inner = [...fieldsOf(part.payload)].map((field) => rewired(field, renamed));
    return bytesField(part.number, Buffer.concat(inner));
  });
  return bytesField(NODE.attribute, Buffer.concat(parts));
}
