import type { Problem } from '../../../app/base/studio-error.ts';
import { didYouMean } from '../../../app/base/did-you-mean.ts';
import type { Diagnostic } from './diagnostic.ts';

type Wording = Pick<Problem, 'code' | 'message' | 'tip'>;

/** What is meant by messages about a handler's parameters and outputs, whose types are those of our headers. */
export function rewordActor(diagnostic: Diagnostic): Wording | undefined {
  for (const word of [
    sendCall,
    noState,
    unknownContextMember,
    outputMisused,
    constantMessage,
    textAssigned,
    handlerResult,
  ]) {
    const wording = word(diagnostic);
    if (wording !== undefined) return wording;
  }
  return undefined;
}

const contextMembers = [
  ...[
    'emit',
    'reply',
    'forward',
    'send',
    'publish',
    'actor',
    'pending',
    'now',
    'actor_id',
    'block_index',
    'message',
    'leader',
  ],
  ...['request_termination', 'report_error', 'random'],
];

function sendCall(diagnostic: Diagnostic): Wording | undefined {
  const call = /^no matching member function for call to '(emit|forward|reply|send|publish)'$/.exec(
    diagnostic.message,
  )?.[1];
  if (call === undefined) return undefined;
  if (call === 'reply') {
    return { code: 'wrong-arguments', message: 'ctx.reply takes one message', tip: 'Write ctx.reply(Message{…});' };
  }
  if (call === 'send') {
    const tip = 'Write ctx.send(ctx.actor("name"), Message{…});';
    return { code: 'wrong-arguments', message: 'ctx.send takes an actor and a message', tip };
  }
  if (call === 'publish') {
    const tip = 'Write ctx.publish("a/topic", Message{…});, with ring::retain behind it to keep the message.';
    return { code: 'wrong-arguments', message: 'ctx.publish takes a topic and a message', tip };
  }
  const usage = `Write ctx.${call}(output, Message{…});`;
  for (const { message } of diagnostic.notes) {
    const types = /no known conversion from '(.*?)' to .*\(aka 'const (.*)'\) for 2nd argument/.exec(message);
    if (types !== null) return wrongMessage(call, { given: types[1]!, wanted: types[2]!, note: message });
    if (message.includes('could not match')) {
      const tip = 'Declare one, RING_OUTPUT(kernel, output, Message), and give its name.';
      const what = call === 'forward' ? 'neither an output nor an actor' : 'not an output';
      return { code: 'wrong-arguments', message: `the first argument of ctx.${call} is ${what}`, tip };
    }
  }
  return { code: 'wrong-arguments', message: `ctx.${call} takes an output and a message`, tip: usage };
}

function wrongMessage(
  call: string,
  { given, wanted, note }: { readonly given: string; readonly wanted: string; readonly note: string },
): Wording {
  const port = portIn([note]) ?? 'it';
  return {
    code: 'wrong-message-type',
    message: `output '${port}' carries ${wanted}, not '${given}'`,
    tip: `Write ctx.${call}(${port}, ${wanted}{…});, or declare an output for what you send.`,
  };
}

function noState({ message, notes }: Diagnostic): Wording | undefined {
  if (![message, ...notes.map((note) => note.message)].some((text) => /\bno_state\b/.test(text))) return undefined;
  const tip = 'Declare a struct for it, and name it behind the kernel: RING_KERNEL(kernel, State);';
  return { code: 'no-state', message: 'this kernel has no state', tip };
}

function unknownContextMember({ message }: Diagnostic): Wording | undefined {
  const name =
    /^no member named '(\w+)' in 'ring::context'/.exec(message)?.[1] ??
    /^'(\w+)' is a private member of 'ring::context'$/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const tip = didYouMean(name, contextMembers) ?? `It has ${contextMembers.join(', ')}.`;
  return { code: 'unknown-context-member', message: `ctx has no '${name}'`, tip };
}

function outputMisused({ message, notes }: Diagnostic): Wording | undefined {
  const port = portIn([message, ...notes.map((note) => note.message)]);
  if (port === undefined) return undefined;
  const tip = `Send a message from it: ctx.emit(${port}, Message{…});`;
  return { code: 'output-misused', message: `'${port}' is an output: it holds no value`, tip };
}

function portIn(messages: readonly string[]): string | undefined {
  const pattern = /ring::port<(?:::)?(?:\w+::)*(\w+?)_port>|\bP = (?:\w+::)*(\w+?)_port\b/;
  const match = messages.map((message) => pattern.exec(message)).find((found) => found !== null);
  return match?.[1] ?? match?.[2];
}

const assignedToConst = /'this' argument has type 'const .*', but method is not marked const/;

function constantMessage({ message, notes }: Diagnostic): Wording | undefined {
  if (message === "no viable overloaded '='" && notes.some((note) => assignedToConst.test(note.message))) {
    const tip = 'The message in hand is const, with all its fields: change a copy of it.';
    return { code: 'assigned-to-const', message: 'what is const cannot be assigned to', tip };
  }
  if (!/^cannot assign to (?:variable|return value|non-static data member).* 'msg' with const/.test(message))
    return undefined;
  const tip = 'Change a copy of it: auto copy = msg;';
  return { code: 'message-is-const', message: "'msg' is const: the message in hand cannot be changed", tip };
}

/** From a string: a text has no assignment, which could not say that it did not fit. */
function textAssigned({ message, notes }: Diagnostic): Wording | undefined {
  const isText = notes.some((note) =>
    /no known conversion from 'const char\s?\[\d+\]' to '(?:const )?(?:ring::)?text</.test(note.message),
  );
  if (message === "no viable overloaded '='" && isText) {
    const tip = 'Write text.clear(); text.append("…"); append is false when it does not fit.';
    return { code: 'text-assigned', message: 'a ring::text cannot be assigned a string', tip };
  }
  const isCompared = /^invalid operands to binary expression \('(?:const )?ring::text<\d+>' and '(?:const )?char/.test(
    message,
  );
  if (!isCompared) return undefined;
  const tip = 'Compare it with another ring::text, or character by character.';
  return { code: 'text-compared', message: 'a ring::text cannot be compared with a string', tip };
}

function handlerResult({ message }: Diagnostic): Wording | undefined {
  if (message !== "void function 'on' should not return a value") return undefined;
  const tip = 'Answer with ctx.reply(…), or send with ctx.emit(output, …).';
  return { code: 'handler-returns', message: 'a handler returns nothing', tip };
}
