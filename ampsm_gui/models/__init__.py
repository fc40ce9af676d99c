"""What is shown: Qt's item models, and plain view models, made of what the core reads. No widgets.

A model changes row by row instead of resetting, so that selection and scroll position stay. Whatever takes long is a
function that runs on the pool; the page asks it and hands the answer to the model. Each room is named after what is
seen, as in `widgets` and `pages`.
"""
