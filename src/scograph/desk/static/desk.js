// Conveniences on top of pages that are whole without them.
"use strict";
