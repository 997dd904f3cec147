import type { Answer } from './answer.ts';
import { bodyAnswer } from './answer.ts';
import type { Asked } from './delivery.ts';

/** The page at `/`, for people who open the repository in a browser. No script, nothing from elsewhere. */
export function makeFrontPage(name: string): (asked: Asked) => Answer {
  const page = Buffer.from(pageText(escapeText(name)), 'utf8');
  return (asked) =>
    bodyAnswer(
      asked.method,
      200,
      {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'public, max-age=60',
        'access-control-allow-origin': '*',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
      },
      page,
    );
}

function pageText(name: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${name}</title></head>
<body>
<h1>${name}</h1>
<p>This is a mirror of a Maven repository, kept by assay: every file was checked before it was published here.
Point your build tool at this address; there is nothing to browse yet.</p>
<ul>
<li><a href="/-/status.json">/-/status.json</a>: what this mirror last did</li>
<li><a href="/-/health">/-/health</a>: whether it can serve its tree</li>
</ul>
</body>
</html>
`;
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
