// @ts-check
/** Builds elements. Text becomes text nodes only, so that the browser never reads what people wrote as markup. */

/** @typedef {Node | string | number | false | null | undefined} Child */

/**
 * Returns an element with attributes and children. `on…` takes a listener. All others are attributes: true sets an
 * empty one, and false and undefined leave it out.
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
 * Returns the children that are there, as nodes.
 * @param {(Child | Child[])[]} children
 */
function present(children) {
  return children.flat().flatMap((child) => {
    if (child === false || child === null || child === undefined) return [];
    return [typeof child === 'number' ? String(child) : child];
  });
}

/**
 * Returns an element of index.html by its id. Throws an Error without one.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

let lastId = 0;

/** Returns a new id, for elements that refer to each other. */
export function freshId(prefix = 'x') {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
