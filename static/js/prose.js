// Turns a text area into an editor of formatted text. Without this script the text area takes plain text or HTML.
(() => {
  const token = (area) => area.form.querySelector("[name=csrfmiddlewaretoken]").value;

  const upload = async (area, file) => {
    const body = new FormData();
    body.append("file", file);
    const answer = await fetch(area.dataset.pictures, {
      method: "POST", body, headers: { "X-CSRFToken": token(area), Accept: "application/json" },
    });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.errors?.[0]?.message || told.detail || answer.statusText);
    return told;
  };

  const figure = (url, alt, caption) => ({
    type: "figure",
    content: [
      { type: "image", attrs: { src: url, alt } },
      { type: "caption", content: caption ? [{ type: "text", text: caption }] : [] },
    ],
  });

  const askForPicture = (area, editor) => {
    const dialog = document.querySelector("[data-picture-dialog]");
    const [file, alt, caption, fault] = ["file", "alt", "caption", "fault"].map((name) => dialog.querySelector(`[data-picture-${name}]`));
    for (const field of [file, alt, caption]) field.value = "";
    fault.textContent = "";
    dialog.querySelector("[data-picture-cancel]").onclick = () => dialog.close();
    dialog.querySelector("form").onsubmit = async (event) => {
      event.preventDefault();
      if (!file.files[0]) { file.focus(); return; }
      try {
        const made = await upload(area, file.files[0]);
        dialog.close();
        editor.chain().focus().insertContent(figure(made.url, alt.value, caption.value)).run();
      } catch (error) { fault.textContent = error.message; }
    };
    dialog.showModal();
  };

  const takeFiles = (area, editor, files) => {
    const pictures = [...(files || [])].filter((file) => file.type.startsWith("image/"));
    for (const file of pictures) {
      upload(area, file)
        .then((made) => editor().chain().focus().insertContent(figure(made.url, "", "")).run())
        .catch((error) => window.holdfast.say(error.message));
    }
    return pictures.length > 0;
  };

  const extensions = (prose, area) => {
    const plain = [
      "Document", "Paragraph", "Text", "HardBreak", "Bold", "Italic", "Underline", "Strike", "Subscript", "Superscript",
      "Blockquote", "BulletList", "OrderedList", "ListItem", "HorizontalRule", "Code", "CodeBlock", "History",
      "TableRow", "TableHeader", "TableCell", "Figure", "Caption", "Image", "Gapcursor", "Dropcursor",
    ].map((name) => prose[name]);
    const pictures = prose.Extension.create({
      name: "pictures",
      addMenuItems({ buttons, menu }) { // takes the place of the library's own, which asks for an address
        menu.defineItem({
          name: "figure", groups: area.dataset.pictures ? "picture" : "nowhere",
          button: buttons.material("image", "insert picture"),
          command: (editor) => askForPicture(area, editor),
        });
      },
    });
    const groups = [
      { group: "blockType -lists", type: "dropdown", minItems: 2 }, { group: "lists" },
      { group: "nodes -blockType -lists" }, { group: "marks" }, { group: "link" }, { group: "table" },
      { group: "picture" }, { group: "history" },
    ];
    return [
      ...plain,
      prose.Heading.configure({ levels: [2, 3, 4] }),
      prose.Link.configure({ enableTarget: false, protocols: ["http", "https", "mailto"] }),
      prose.Table.configure({ resizable: false }),
      pictures,
      prose.Menu.configure({ groups }),
    ];
  };

  const named = (area) => ({
    role: "textbox", "aria-multiline": "true", class: "hf-prose",
    "aria-label": document.querySelector(`label[for="${area.id}"]`)?.textContent.trim() || area.name,
  });

  const empty = (html) => /^<p>(<br[^>]*>)?<\/p>$/.test(html);

  const content = (text) => {
    if (/<[a-z]/i.test(text) || !text.trim()) return text;
    return text.split(/\n{2,}/).filter(Boolean).map((one) => ({ type: "paragraph", content: [{ type: "text", text: one }] }));
  };

  const edit = (prose, area) => {
    const box = document.createElement("div");
    box.className = "prose-editor";
    area.before(box);
    box.append(area);
    const takes = (files) => Boolean(area.dataset.pictures) && takeFiles(area, () => editor, files);
    const editor = new prose.Editor({
      element: box,
      extensions: extensions(prose, area),
      content: content(area.value),
      injectCSS: false,
      editorProps: {
        attributes: named(area),
        handlePaste: (view, event) => takes(event.clipboardData?.files),
        handleDrop: (view, event) => takes(event.dataTransfer?.files),
      },
      onUpdate: () => {
        const html = editor.getHTML();
        area.value = empty(html) ? "" : html;
        area.dispatchEvent(new Event("input", { bubbles: true }));
      },
    });
    document.querySelector(`label[for="${area.id}"]`)?.addEventListener("click", () => editor.commands.focus());
    area.dataset.edited = "1";
  };

  const start = async () => {
    const areas = [...document.querySelectorAll("textarea[data-prose]")].filter((area) => !area.dataset.edited);
    if (!areas.length) return;
    const prose = await import(areas[0].dataset.prose);
    for (const area of areas) edit(prose, area);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
