// Elements with a class, attributes and children, in one expression. Strings become text, never HTML.

/** @param properties of the element; a name with a dash, and `role`, is an attribute; `on` is what it listens to */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'on') for (const [event, listener] of Object.entries(value)) made.addEventListener(event, listener);
    else if (key === 'dataset') Object.assign(made.dataset, value);
    else if (key === 'role' || key.includes('-')) made.setAttribute(key, value);
    else made[key] = value;
  }
  made.append(...children);
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}
