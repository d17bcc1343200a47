// Buttons that copy an address. What was copied is said on the button itself, which a screen reader then reads.

async function copy(event) {
  const button = event.currentTarget;
  const before = button.textContent;
  await navigator.clipboard.writeText(button.dataset.copy);
  button.textContent = "コピーしました";
  setTimeout(() => {
    button.textContent = before;
  }, 2000);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  button.addEventListener("click", copy);
}
