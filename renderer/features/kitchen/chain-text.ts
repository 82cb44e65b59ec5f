import { type Document, isMap, isNode, isSeq, YAMLSeq } from 'yaml';
import { edited, type Place } from './recipe-text.ts';

/** A step of a chain as the form sees it; whatever in it makes no sense counts as not written. */
export interface DraftStep {
  readonly recipe: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly scope: Readonly<Record<string, unknown>> | undefined;
  readonly name: string | undefined;
}

/** @param value of the option that holds the steps, as it stands in the file */
export function stepsOf(value: unknown): readonly DraftStep[] {
  return (Array.isArray(value) ? value : []).map((each: unknown) => {
    const { recipe, options, scope, name } = recordOf(each) ?? {};
    return {
      recipe: typeof recipe === 'string' ? recipe : '',
      options: recordOf(options) ?? {},
      scope: recordOf(scope),
      name: typeof name === 'string' ? name : undefined,
    };
  });
}

/** The text with another step at the end. @param place of the list */
export function withStepAdded(text: string, place: Place, step: object): string {
  return edited(text, (document) => {
    listAt(document, place).items.push(document.createNode(step));
  });
}

/** The text with a step moved to another place among them, together with what is written about it. */
export function withStepMoved(text: string, place: Place, from: number, to: number): string {
  return edited(text, (document) => {
    const { items } = listAt(document, place);
    items.splice(to, 0, ...items.splice(from, 1));
  });
}

export function withStepRemoved(text: string, place: Place, index: number): string {
  return edited(text, (document) => {
    listAt(document, place).items.splice(index, 1);
  });
}

/** The text with another value within a step, or without it; what is then empty goes too. */
export function withStepValue(text: string, step: Place, [key, ...rest]: Place, value: unknown): string {
  return edited(text, (document) => {
    const place = [...step, key, ...rest];
    if (value !== undefined) document.setIn(place, document.createNode(value));
    else document.deleteIn(place);
    const whole = document.getIn([...step, key]);
    if (isMap(whole) && whole.items.length === 0) document.deleteIn([...step, key]);
  });
}

/** The list at a place, one step a line; a new one where there is none. */
function listAt(document: Document, place: Place): YAMLSeq {
  const present = document.getIn(place);
  const list = isSeq(present) ? present : new YAMLSeq(document.schema);
  list.flow = false;
  const [first] = list.items;
  // What stands above the first step is read as a word about the list; it goes with the step.
  if (isNode(first) && list.commentBefore && !first.commentBefore) {
    first.commentBefore = list.commentBefore;
    list.commentBefore = null;
  }
  if (list !== present) document.setIn(place, list);
  const parent = document.getIn(place.slice(0, -1));
  if (isMap(parent)) parent.flow = false;
  return list;
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}
