import { DomUtils, parseDocument } from 'htmlparser2';

type Document = ReturnType<typeof parseDocument>;
export type Element = ReturnType<typeof DomUtils.getElementsByTagName>[number];

export const xmlIn = (body: string): Document => parseDocument(body.replace(/^\uFEFF/, ''), { xmlMode: true });
export const htmlIn = (body: string): Document => parseDocument(body);

/** All elements with a name, in their order. */
export const elementsIn = (node: Document | Element, name: string | RegExp): Element[] =>
  DomUtils.getElementsByTagName((tag) => (typeof name === 'string' ? tag === name : name.test(tag)), node, true);

/** Elements whose class contains a text. */
export const withClass = (node: Document | Element, part: string): Element[] =>
  DomUtils.findAll((element) => (element.attribs['class'] ?? '').includes(part), [node]);

/** The text of an element, or of the first one with a name in it; empty if there is none. */
export function textIn(node: Element, name?: string): string {
  const element = name === undefined ? node : elementsIn(node, name)[0];
  return element ? DomUtils.textContent(element).replace(/\s+/g, ' ').trim() : '';
}
