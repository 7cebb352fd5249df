// What the page can do besides: Ctrl-Enter runs the query. Without script, the button does.
const query = document.getElementById("query");
query?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    query.form.requestSubmit();
  }
});
