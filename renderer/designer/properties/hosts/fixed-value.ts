import { bigintsAsText } from '../../../../app/model/bigints-as-text.ts';
import { initialElement } from '../../../../app/model/message-form/form-value.ts';
import { valueToJson } from '../../../../app/model/message-form/form-json.ts';
import type { FieldType, Json } from '../../../../app/model/message-type.ts';
import { readValue } from '../state-rows.ts';

// A value that stands in every message of a host actor. In a number field "{sequence}" and "{timeMs}" stand for numbers.

const numberTemplate = /^\{(sequence|timeMs)\}$/;

export function firstValue(type: FieldType | undefined): Json {
  return type === undefined ? 0 : valueToJson(type, initialElement(type));
}

export function templateText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'bigint' ? value.toString() : JSON.stringify(value, bigintsAsText);
}

export function readFixed(type: FieldType, text: string): { readonly value?: Json; readonly error?: string } {
  return type.kind === 'scalar' && numberTemplate.test(text) ? { value: text } : readValue(type, text);
}
