// The content as a page for people: no script, nothing from elsewhere.

import type { SetupContent, ToolFile } from './content.ts';

/** What stands below the title, as markup. */
export function setupBody(content: SetupContent): string {
  const { mirrors, repositories, modes, files, notes } = content;
  return `<form method="get" action="/-/setup">
<fieldset><legend>Mirrors, in the order in which they are asked</legend>
${mirrors.map(({ url, name: title, country, chosen }) => choice('checkbox', 'mirror', url, `${title}${country === null ? '' : `, ${country}`}: ${url}`, chosen)).join('')}</fieldset>
<fieldset><legend>In place of</legend>
${repositories.map(({ id, chosen }) => choice('checkbox', 'repository', id, id, chosen)).join('')}</fieldset>
<fieldset><legend>How</legend>
${modes.map(({ mode, meaning, chosen }) => choice('radio', 'mode', mode, `${mode}: ${meaning}`, chosen)).join('')}</fieldset>
<p><button>Show the files</button></p>
</form>
${files.map((each) => fileText(each, queryOf(content))).join('')}${notes.map(({ title, text }) => `<section><h2>${escaped(title)}</h2>\n<p>${withCode(text)}</p></section>\n`).join('')}`;
}

/** What asks for the same again. */
export function queryOf({ mirrors, repositories, modes }: SetupContent): string {
  const query = new URLSearchParams();
  for (const { url, chosen } of mirrors) if (chosen) query.append('mirror', url);
  for (const { id, chosen } of repositories) if (chosen) query.append('repository', id);
  for (const { mode, chosen } of modes) if (chosen) query.append('mode', mode);
  return query.toString();
}

function choice(type: string, name: string, value: string, label: string, chosen: boolean): string {
  const checked = chosen ? ' checked' : '';
  return `<label><input type="${type}" name="${name}" value="${escaped(value)}"${checked}> ${escaped(label)}</label>\n`;
}

function fileText({ tool, title, file }: ToolFile, query: string): string {
  const heading = `<h2 id="${tool}">${escaped(title)}</h2>\n`;
  if (file.kind === 'fault')
    return `<section>${heading}<p>${escaped(file.sentence)} ${escaped(file.remedy)}</p></section>\n`;
  const link = `<a href="/-/setup/${tool}?${escaped(query)}">as a file</a>`;
  return `<section>${heading}<p>${escaped(file.place)}, or ${link}:</p>\n<pre tabindex="0" aria-label="${escaped(title)} file">${escaped(file.text)}</pre></section>\n`;
}

/** What stands between backquotes is code. */
function withCode(text: string): string {
  return escaped(text).replace(/`([^`]*)`/g, '<code>$1</code>');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
