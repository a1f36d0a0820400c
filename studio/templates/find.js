// One box in the header of every page: "/" puts the cursor there, Enter goes to the rows that fit, Esc leaves it.

const boxes = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const box = parentElement.querySelector(".find input");
  const onKey = (event) => {
    const at = event.target;
    const writes = at?.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at?.tagName);
    if (event.key !== "/" || writes || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector('[role="dialog"]') || !box.isConnected) return;
    event.preventDefault();
    box.focus();
    box.select();
  };
  document.removeEventListener("keydown", boxes.get(box));
  boxes.set(box, onKey);
  document.addEventListener("keydown", onKey);
  if (document.activeElement !== box) box.value = data.words;
  box.onkeydown = (event) => {
    if (event.key === "Enter") setTriggerValue("go", { words: box.value.trim() });
    if (event.key === "Enter" || event.key === "Escape") box.blur();
    if (event.key === "Escape") box.value = data.words;
  };
  box.onsearch = () => !box.value && data.words && setTriggerValue("go", { words: "" }); // the box's own cross
  return () => document.removeEventListener("keydown", onKey);
}
