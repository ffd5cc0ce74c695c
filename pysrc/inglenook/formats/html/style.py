"""How a conversation looks as a page of its own: the colours and sizes of the room, and rules for paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """\
:root { color-scheme: light dark; --bg: #fbfaf7; --surface: #ffffff; --sunk: #f5f1ea; --text: #221d17;
  --muted: #675e52; --line: #e5ded3; --accent: #a8421b; --bad: #9d2019; }
@media screen and (prefers-color-scheme: dark) {
  :root { --bg: #161310; --surface: #1e1a16; --sunk: #1b1713; --text: #ece5da; --muted: #a99f92; --line: #2f2a24;
    --accent: #f19468; --bad: #f2938c; }
}
* { box-sizing: border-box; }
html { background: var(--bg); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { max-width: 792px; margin: 0 auto; padding: 40px 16px 72px; color: var(--text);
  font: 16px/1.62 system-ui, "Segoe UI", "Noto Sans", sans-serif; overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: 2px; }
p, li { text-wrap: pretty; }
header { border-bottom: 1px solid var(--line); margin-bottom: 28px; }
h1 { font-size: 25px; line-height: 1.25; margin: 0 0 6px; letter-spacing: -.01em; }
header p { margin: 0 0 16px; }
.facts, time { color: var(--muted); font-size: 13px; font-variant-numeric: tabular-nums; }
article { margin: 0 0 28px; }
.who { display: flex; flex-wrap: wrap; align-items: baseline; gap: 2px 8px; margin-bottom: 4px; }
.who time { margin-inline-start: auto; }
.who .facts:empty { display: none; }
h2 { font-size: 14px; font-weight: 600; margin: 0; }
.user .said { background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 10px 14px; }
.system .said, .tool .said { color: var(--muted); border-inline-start: 2px solid var(--line);
  padding-inline-start: 14px; }
.said > :first-child { margin-top: 0; }
.said > :last-child { margin-bottom: 0; }
p, ul, ol, blockquote, pre, figure, .table { margin: 0 0 .75em; }
li > ul, li > ol { margin: 0; }
.task { list-style: none; text-indent: -1.4em; }
.task > * { text-indent: 0; }
.task > p:first-child { text-indent: -1.4em; }
h3, h4, h5, h6 { line-height: 1.3; margin: 1.3em 0 .4em; font-size: 16px; }
h3 { font-size: 21px; }
h4 { font-size: 18px; }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.5em 0; }
blockquote { padding-inline-start: 14px; border-inline-start: 2px solid var(--line); color: var(--muted); }
code { font: .875em/1.55 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
:not(pre) > code { background: var(--sunk); border-radius: 4px; padding: .1em .3em; }
pre { background: var(--sunk); border: 1px solid var(--line); border-radius: 12px; padding: 11px 14px; overflow-x: auto;
  direction: ltr; text-align: left; overflow-wrap: normal; }
pre[data-language]::before { content: attr(data-language); display: block; font: 12px/1.5 system-ui, sans-serif;
  color: var(--muted); margin-bottom: 4px; }
.formula { font: .875em/1.55 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; }
p.formula { white-space: pre; overflow-x: auto; padding-inline-start: 14px; direction: ltr; text-align: left; }
.long { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 15px; overflow-wrap: normal; }
th, td { border-bottom: 1px solid var(--line); padding: 5px 10px; text-align: start; vertical-align: top; }
th { font-weight: 600; }
img, video { display: block; max-width: 100%; height: auto; border-radius: 12px; }
audio { width: 100%; }
figcaption { color: var(--muted); font-size: 13px; margin-top: 4px; }
details + details { margin-top: -.4em; }
details { border-inline-start: 2px solid var(--line); padding: 2px 0 2px 12px; margin: 0 0 .75em; font-size: 14px; }
summary { color: var(--muted); cursor: pointer; }
details[open] > summary { margin-bottom: 8px; }
.file, .sources { font-size: 14px; }
.sources { border-top: 1px solid var(--line); padding-top: 8px; }
.end { color: var(--bad); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 480px) {
  body { padding: 20px 14px 48px; }
  h1 { font-size: 21px; }
  pre { padding: 9px 11px; }
  .who .facts { order: 1; flex-basis: 100%; }
}
@page { margin: 18mm 16mm; }
@media print {
  :root { color-scheme: light; }
  html { background: none; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  .who, h1, h3, h4, h5, h6, summary { break-after: avoid; }
  img, tr, figure { break-inside: avoid; }
  pre, p.formula { white-space: pre-wrap; overflow-wrap: anywhere; overflow: visible; }
  .table { overflow: visible; }
  details:not([open]), audio, video { display: none; }
  a { color: inherit; }
}
"""
