/** Placeholders of template texts, such as `{{1}}` or `{{first_name}}`. */

const PLACEHOLDER = /\{\{([A-Za-z0-9_]+)\}\}/g;

/**
 * The different placeholders of a text, without braces, in order of first appearance.
 *
 * @param {string} templateText
 * @returns {string[]}
 */
export const placeholders = (templateText) => [...new Set([...templateText.matchAll(PLACEHOLDER)].map(([, name]) => name))];

/**
 * The key of a placeholder's input field. A number alone cannot be one.
 *
 * @param {string} placeholder
 */
export const fieldKey = (placeholder) => `placeholder_${placeholder}`;
