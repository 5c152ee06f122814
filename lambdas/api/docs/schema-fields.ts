import { html } from 'hono/html';

export type Schema = {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  description?: string;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
};

type Field = { path: string; type: string; description?: string; isRequired: boolean };

/** The properties of a schema with all that are inside them: `rows[].ticker`. */
function fieldsOf({ properties = {}, required = [], items, anyOf, oneOf }: Schema, path = ''): Field[] {
  if (items) return fieldsOf(items, `${path}[]`);
  const variants = (anyOf ?? oneOf ?? []).filter((one) => one.properties);
  // One of several is required, so each is a field of its own.
  if (variants.length > 1) return variants.map((one) => ({ path, type: variantText(one), isRequired: false }));
  return [
    ...variants.flatMap((one) => fieldsOf(one, path)),
    ...Object.entries(properties).flatMap(([name, { description, ...own }]) => {
      const at = path ? `${path}.${name}` : name;
      return [
        { path: at, type: typeText(own), ...(description && { description }), isRequired: required.includes(name) },
        ...fieldsOf(own, at),
      ];
    }),
  ];
}

/** `{ kind: price, direction: above | below }` */
const variantText = ({ properties = {} }: Schema): string =>
  `{ ${Object.entries(properties)
    .map(([name, { description: _, ...own }]) => `${name}: ${typeText(own)}`)
    .join('; ')} }`;

/** `string, at most 64 characters` */
export function typeText(schema: Schema): string {
  const { type, enum: choices, const: only, format, minimum, maximum, maxLength, anyOf, oneOf, items } = schema;
  const variants = anyOf ?? oneOf;
  if (items) return `list of ${typeText(items) || 'values'}`;
  return [
    variants ? [...new Set(variants.map(typeText))].join(' or ') : namesOf(choices, only, format ?? type),
    minimum !== undefined && maximum !== undefined && maximum < 1e9 ? `${minimum} to ${maximum}` : '',
    maxLength ? `at most ${maxLength} characters` : '',
    schema.default === undefined || schema.default === '' ? '' : `default ${schema.default}`,
  ]
    .filter(Boolean)
    .join(', ');
}

const namesOf = (choices: unknown[] | undefined, only: unknown, type: string | string[] | undefined): string => {
  if (choices) return choices.join(' | ');
  return only === undefined ? [type ?? ''].flat().join(' or ') : String(only);
};

/** Text with `code` in it. */
const marked = (text: string) => text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part));

/** One property or parameter, as a list item. */
export const fieldItem = ({ path, type, description }: Omit<Field, 'isRequired'>, note: string) =>
  html`<li><code>${path}</code> <small>${type}${note ? html`, <b>${note}</b>` : ''}</small>${
    description ? html`<br />${marked(description)}` : ''
  }</li>`;

/** All fields of a body. */
export const bodyFields = (schema: Schema) =>
  html`<ul class="fields">${fieldsOf(schema).map((field) => fieldItem(field, field.isRequired ? 'required' : ''))}</ul>`;

/** All fields of an answer. */
export const answerFields = (schema: Schema) =>
  html`<ul class="fields">${fieldsOf(schema).map((field) => fieldItem(field, ''))}</ul>`;
