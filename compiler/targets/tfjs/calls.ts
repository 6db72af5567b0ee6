/** Kernel calls: how what runs on the device is written as a call of `k`. */
import { isMapped, onDevice } from '../../ir/mapped.ts';
import { isLoop } from '../../ir/loops.ts';
import { deviceCall, isCall } from '../../ir/traits.ts';
import type { Graph, Node, Value } from '../../ir/types.ts';
import { allArguments } from '../../ops/rules/call.ts';
import { loopOf } from '../../ops/rules/loop.ts';
import type { Argument } from '../../ops/rules/call.ts';
import { sizeText, sizesText } from './host-code.ts';
import type { Doc } from './layout.ts';
import { call, list, object } from './layout.ts';
import { property, quoted } from './names.ts';

/** What a call needs to know of the function in which it stands. */
export interface Place {
  /** The text of a value that is read here. */
  readonly ref: (value: Value) => string;
  /** The text for all values of a table, if these are they, in its order; or with those of lists within. */
  readonly table: (values: readonly Value[]) => Doc | undefined;
  /** The function that computes a map's body, and the operands that it still takes. */
  readonly body: (node: Node) => { readonly fn: string; readonly operands: readonly Value[] };
  /** The text of the name of a random stream. */
  readonly stream: (name: string) => string;
  /** A function of one value that a kernel applies itself. */
  readonly act: (graph: Graph, node: Node) => string;
}

/** The call that makes a node's outputs. */
export function kernelCall(node: Node, place: Place): Doc {
  if (isMapped(node)) return mapCall(node, place);
  const { method, args, options } = deviceCall(node);
  const write = (argument: Argument): Doc => argumentText(argument, node, place);
  const named = Object.entries(options).map(([name, option]): Doc => [`${property(name)}: `, write(option)]);
  return call(`k.${method}`, [...args.map(write), ...(named.length > 0 ? [object(named)] : [])]);
}

function argumentText(argument: Argument, node: Node, place: Place): Doc {
  switch (argument.kind) {
    case 'value':
      return place.ref(argument.value);
    case 'rows':
      return rowsText(argument.value, place);
    case 'number':
      return sizeText(argument.number);
    case 'numbers':
      return sizesText(argument.numbers);
    case 'shape':
      return sizesText(argument.shape);
    case 'flag':
      return String(argument.flag);
    case 'text':
      return quoted(argument.text);
    case 'stream':
      return place.stream(argument.stream);
    case 'function':
      return place.act(argument.body, node);
    case 'list':
      return tableText(argument.items, place) ?? list(argument.items.map((item) => argumentText(item, node, place)));
  }
}

/** `leavesOf(g)` for all that lies in a table. */
function tableText(items: readonly Argument[], place: Place): Doc | undefined {
  const values = items.map((item) => (item.kind === 'value' ? item.value : undefined));
  return isWhole(values) ? place.table(values) : undefined;
}

const isWhole = <T>(list: readonly (T | undefined)[]): list is readonly T[] => !list.includes(undefined);

/** `k.reshape(x, [80 * B, 128])`. */
function rowsText(value: Value, place: Place): Doc {
  const [width = 1, ...lead] = value.type.shape.toReversed();
  return call('k.reshape', [place.ref(value), list([lead.toReversed().map(sizeText).join(' * '), sizeText(width)])]);
}

function mapCall(node: Node, place: Place): Doc {
  const { fn, operands } = place.body(node);
  return call('k.map', [fn, list(operands.map(place.ref))]);
}

/** The functions of scalars that the call of a node is given. */
export function functionsOf(node: Node): readonly Graph[] {
  if (!onDevice(node) || isMapped(node) || isLoop(node) || isCall(node)) return [];
  return allArguments(deviceCall(node)).flatMap((argument) => (argument.kind === 'function' ? [argument.body] : []));
}

/** Whether the call of a node mentions the batch size. */
export function mentionsBatch(node: Node): boolean {
  if (isLoop(node)) return loopOf(node).body.nodes.filter(onDevice).some(mentionsBatch);
  return !isMapped(node) && allArguments(deviceCall(node)).some(isOfBatch);
}

function isOfBatch(argument: Argument): boolean {
  switch (argument.kind) {
    case 'number':
      return argument.number === 'B';
    case 'rows':
      return argument.value.type.shape.includes('B');
    case 'numbers':
      return argument.numbers.includes('B');
    case 'shape':
      return argument.shape.includes('B');
    default:
      return false;
  }
}
