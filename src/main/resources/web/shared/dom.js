// Elements, made and changed without a word of HTML: text that others wrote is text and stays text.

const SVG = 'http://www.w3.org/2000/svg';

export function byId(id) {
  return document.getElementById(id);
}

/**
 * An element with its properties and children. Strings become text.
 *
 * @param properties the name of a class, or the element's properties: a name with a dash, and `role`, is an attribute;
 *                   `on` is what it listens to
 */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  if (typeof properties === 'string') {
    if (properties !== '') made.className = properties;
    properties = {};
  }
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'on') for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (key === 'dataset') Object.assign(made.dataset, value);
    else if (key === 'role' || key.includes('-')) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

export function svg(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  return made;
}

/** Sets text that is not there already, so that a selection and a screen reader's place survive. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Makes the children as many as there are items, and lets each be filled. */
export function fillList(parent, items, make, fill) {
  while (parent.children.length > items.length) parent.lastElementChild.remove();
  items.forEach((item, i) => {
    if (!parent.children[i]) parent.append(make());
    fill(parent.children[i], item);
  });
}
