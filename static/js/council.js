/* Counts for the pages of council meetings; the server counts as well, scripts only save a click.
   [data-count="name"]   says how many boxes of that name are ticked, against data-quorum */
(function () {
  "use strict";
  document.querySelectorAll("[data-count]").forEach(function (box) {
    var form = box.closest("form");
    var quorum = Number(box.dataset.quorum);
    function tell() {
      var count = form.querySelectorAll("input[name='" + box.dataset.count + "']:checked").length;
      var missing = quorum - count;
      box.querySelector("[data-number]").textContent = count;
      box.querySelector("[data-verdict]").textContent = missing > 0
        ? box.dataset.short + " " + missing + " " + box.dataset.unit : box.dataset.enough;
      box.classList.toggle("note-ok", missing <= 0);
      box.classList.toggle("note-warn", missing > 0);
    }
    form.addEventListener("change", tell);
    tell();
  });
  document.querySelectorAll("[data-check]").forEach(function (button) { button.hidden = true; });
})();
