"""The canned texts that the scripts play.

This file knows prose only. Each text says of itself that no AI wrote it.
"""

from __future__ import annotations

from .tokens import count_tokens, split_tokens

NOTICE = "This is canned text, made in this page by no AI."

HINTS = (
    "Try a message with one of these in it: *tour*, *long*, *think*, *tool*, *empty*, *cut off*, "
    "*error 429*, *break off*."
)

TOUR = (
    """# A tour of Markdown

"""
    + NOTICE
    + r"""

## Words and lists

Plain, **strong**, *stressed*, ~~struck~~ and `inline code`, with a [link](https://example.com/hearth "A pretend page").
Not only ASCII: café, Ærø, 你好, ☀, 🔥.

1. First
2. Second
   - nested once
     - nested twice
   - and back
3. Third

- [x] lay the fire
- [ ] light it
- [ ] tell stories

> A quotation of one line,
> and of a second one.
>
> > A quotation inside it.

## A table

| Wood | Burns | Hours |
| :--- | :---: | ---: |
| Birch | bright | 1.5 |
| Oak | slow | 4 |
| Apple | sweet | 2.25 |

## Code

```python
def burn(logs: list[str]) -> dict[str, int]:
    # Count what goes into the fire & what it gives (< 10 kWh).
    return {log: len(log) * 2 for log in logs if log != "wet"}


print(burn(["oak", "ash", "wet"]))
```

```js
const hours = new Map([["oak", 4], ["birch", 1.5]]);
for (const [wood, h] of hours) {
  console.log(`${wood}: ${h * 60} minutes`);
}
```

## Mathematics

Inline: the area is $A = \pi r^2$, and the price of two logs at $x$ each is $2x$. Display:

$$
\int_0^T P(t)\,dt = \sum_{k=1}^{n} \frac{m_k H_k}{\eta}
$$

---

That was the tour.
"""
)

PARAGRAPHS = (
    "An inglenook is a recess beside a large fireplace, with a bench on either side. People sat there because the "
    "rest of the house was cold. What was said there stayed there.",
    "A log fire needs three things: something to burn, air to burn it with, and heat to begin. Take one away and it "
    "goes out. Small wood catches first and large wood lasts; most of the craft is in the order.",
    "Wet wood hisses and smokes. A log that was split and stacked for two summers rings when it is knocked against "
    "another, and that sound is the whole test.",
    "The chimney does the work that nobody sees. Warm air is lighter than cold air, so it rises, and what rises must "
    "be replaced: that is the draught that feeds the fire.",
    "Ash is worth keeping. It feeds roses, cleans glass, melts ice on the step, and a bed of it makes the next fire "
    "easier to light than the last one was.",
)

LONG_TOKENS = 2400
MOST_TOKENS = 100_000

THOUGHTS = (
    "This reasoning is canned as well. "
    "First I look at the question. Then I note that no model is here to look at it. "
    "A fair answer therefore says so, and shows where reasoning goes on the page. "
    "That seems complete."
)

SHORT_THOUGHT = "Canned reasoning: the message is answered from a table."


def greeting(quoted: str, model_name: str) -> str:
    """The answer to everything that no script matches."""
    heard = f"You wrote: “{quoted}”. " if quoted else ""
    return f"{heard}{NOTICE} {model_name} is a pretend model in the practice room. {HINTS}"


def pictured(count: int) -> str:
    things = "one picture or file" if count == 1 else f"{count} pictures or files"
    return f"{things[0].upper()}{things[1:]} came with the message; nobody looked. "


def told(result: str) -> str:
    """The answer after a tool was run."""
    return f"The tool returned “{result}”. {NOTICE}"


def long_text(tokens: int = LONG_TOKENS) -> str:
    """Numbered paragraphs of exactly `tokens` tokens (at most 100,000), the notice first."""
    wanted = max(1, min(tokens, MOST_TOKENS))
    parts = [NOTICE]
    have = count_tokens(NOTICE)
    number = 0
    while have < wanted:
        part = f"\n\n**{number + 1}.** {PARAGRAPHS[number % len(PARAGRAPHS)]}"
        have += count_tokens(part)
        parts.append(part)
        number += 1
    return "".join(split_tokens("".join(parts))[:wanted])
