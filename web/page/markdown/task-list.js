/** Task lists: a list item that begins with `[ ]` or `[x]` gets a check box that cannot be changed. */

/** @import { MarkdownIt } from "markdown-it" */

/** @param {MarkdownIt} md */
export function taskList(md) {
  md.core.ruler.push("task_list", (state) => {
    const { tokens } = state;
    for (let i = 2; i < tokens.length; i += 1) {
      const text = tokens[i].children?.[0];
      if (tokens[i].type !== "inline" || tokens[i - 2].type !== "list_item_open" || text?.type !== "text") continue;
      const mark = /^\[([ xX])\][ \u00a0]/.exec(text.content);
      if (!mark) continue;
      const box = new state.Token("task_box", "input", 0);
      box.meta = { done: mark[1] !== " " };
      text.content = text.content.slice(3);
      tokens[i].children?.unshift(box);
      tokens[i - 2].attrJoin("class", "task");
    }
  });
  md.renderer.rules.task_box = (tokens, i) => {
    const done = tokens[i].meta?.done;
    return `<input type="checkbox" disabled${done ? " checked" : ""} aria-label="${done ? "Done" : "Not done"}">`;
  };
}
