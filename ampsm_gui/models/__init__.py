"""What is shown: Qt's item models, and plain view models, made of what the core reads. No widgets.

A model changes row by row and never resets while somebody looks: what is chosen and where one has scrolled stays. What
takes long is a function that runs on the pool; the page asks it and hands the answer to the model. Each room is named
after what is seen, as in `widgets` and `pages`.
"""
