// @ts-check
/** Builds elements. Text only ever becomes text nodes, so nothing that anybody wrote is read as markup. */

/** @typedef {Node | string | number | false | null | undefined} Child */

/**
 * An element with attributes and children. `on…` takes a listener; `class` and the rest are attributes; true sets an
 * empty one; false and undefined leave it out.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...present(children));
  return element;
}

/**
 * The children that are there, as nodes.
 * @param {(Child | Child[])[]} children
 */
function present(children) {
  return children.flat().flatMap((child) => {
    if (child === false || child === null || child === undefined) return [];
    return [typeof child === 'number' ? String(child) : child];
  });
}

/**
 * An element of the page by its id, which index.html has.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

let lastId = 0;

/** A new id, for elements that refer to each other. */
export function freshId(prefix = 'x') {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
